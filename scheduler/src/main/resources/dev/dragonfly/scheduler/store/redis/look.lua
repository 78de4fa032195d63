-- Arguments from 2: sample sizes for full, part, mesh.
local at = now()
local candidates = {}
for i, class in ipairs(CLASSES) do
  local found = redis.call('HRANDFIELD', P .. class, ARGV[1 + i], 'WITHVALUES')
  for j = 1, #found, 2 do
    local pid = found[j]
    local lease = redis.call('ZSCORE', P .. 'lease', pid)
    if lease and tonumber(lease) > at then
      candidates[#candidates + 1] = pid
      candidates[#candidates + 1] = found[j + 1]
      candidates[#candidates + 1] = class
      candidates[#candidates + 1] = redis.call('HGET', P .. 'out', pid) or '0'
      candidates[#candidates + 1] = redis.call('SCARD', P .. 'blames:' .. pid)
    elseif not lease or tonumber(lease) + SWEEP_AFTER < at then
      unindex(pid)
    end
  end
end
local readers = redis.call('ZRANGEBYSCORE', P .. 'b2s', '(' .. at, '+inf')
local seed = redis.call('HMGET', P .. 'seed', 'state', 'until', 'host')
local status = 'idle'
if seed[1] and tonumber(seed[2]) > at then
  status = seed[1]
end
return {
  redis.call('HGETALL', P .. 'task'),
  redis.call('SMEMBERS', P .. 'keys'),
  candidates,
  readers,
  {status, seed[3] or ''},
  redis.call('HLEN', P .. 'full') + redis.call('HLEN', P .. 'part') + redis.call('HLEN', P .. 'mesh')
}
