-- Arguments 3 to 15 as in put_peer, 16 and 17 as in put_task, 18 to 21 as in put_facts, 22 the key of
-- the host, empty when it did not read the source.
put_task(16)
heal(18, ARGV[17])
if contradicts(18, redis.call('HMGET', P .. 'task', unpack(COMPARED))) then
  -- It holds another state of the source: known, but nobody's parent.
  ARGV[8] = ''
else
  add_key(ARGV[4], ARGV[22])
end
return put_peer()
