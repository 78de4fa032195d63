for _, c in ipairs(CLASSES) do
  for _, pid in ipairs(redis.call('HKEYS', P .. c)) do
    drop_peer(pid)
  end
end
redis.call('DEL', P .. 'task', P .. 'keys', P .. 'pieces', P .. 'full', P .. 'part', P .. 'mesh',
  P .. 'lease', P .. 'edges', P .. 'out', P .. 'blames', P .. 'seed', P .. 'b2s')
return 1
