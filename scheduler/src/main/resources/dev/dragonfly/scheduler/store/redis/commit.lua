-- Arguments 2 to 15 as in put_peer, then the chosen parents.
local pid, owner = ARGV[2], ARGV[4]
local known = redis.call('HGET', P .. 'peer:' .. pid, 'owner')
if known and known ~= owner then
  return {2}
end
local at = now()
local alive = {}
for i = 16, #ARGV do
  local lease = redis.call('ZSCORE', P .. 'lease', ARGV[i])
  if lease and tonumber(lease) > at then
    alive[#alive + 1] = ARGV[i]
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
local result = {put_peer(ARGV[7], ARGV[8])}
for _, parent in ipairs(alive) do
  result[#result + 1] = parent
end
return result
