-- Arguments 3 to 15 as in put_peer, then the chosen parents.
local pid, host = ARGV[3], ARGV[4]
local owner = redis.call('HGET', P .. 'peer:' .. pid, 'owner')
if owner and owner ~= ARGV[5] and owner ~= HOLDINGS then
  return {2}
end
local at = now()
local alive, hosts = {}, {}
for i = 16, #ARGV do
  if lives(redis.call('ZSCORE', P .. 'lease', ARGV[i]), at) then
    alive[#alive + 1] = ARGV[i]
    hosts[#hosts + 1] = redis.call('HGET', P .. 'peer:' .. ARGV[i], 'host') or nil
  end
end
if #alive == 0 then
  return {0}
end
drop_edges(pid)
redis.call('HSET', P .. 'edges', pid, table.concat(alive, '\n'))
for _, parent in ipairs(alive) do
  redis.call('HINCRBY', P .. 'out', parent, 1)
end
if #hosts > 0 then
  redis.call('SADD', P .. 'fed:' .. host, unpack(hosts))
  redis.call('PEXPIRE', P .. 'fed:' .. host, FED_FOR)
end
local result = {put_peer()}
for _, parent in ipairs(alive) do
  result[#result + 1] = parent
end
return result
