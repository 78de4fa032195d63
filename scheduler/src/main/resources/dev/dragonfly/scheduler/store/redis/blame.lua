-- Arguments from 3: reporting host, limit, blamed hosts. Answers which of them reached the limit.
local reporter, limit = ARGV[3], tonumber(ARGV[4])
local fed = P .. 'fed:' .. reporter
if redis.call('EXISTS', fed, P .. 'on:' .. reporter) == 0 then
  return {}
end
local keys = {}
for _, member in ipairs(redis.call('SMEMBERS', P .. 'keys')) do
  keys[string.sub(member, 65)] = member
end
local reached = {}
for i = 5, #ARGV do
  local host = ARGV[i]
  local count = tonumber(redis.call('HGET', P .. 'blames', host) or 0)
  local counts = host ~= reporter and (count > 0 or redis.call('HLEN', P .. 'blames') < MOST_BLAMED)
    and (keys[host] or redis.call('SISMEMBER', fed, host) == 1)
  if counts and redis.call('SADD', P .. 'blamers:' .. host, reporter) == 1 then
    redis.call('PEXPIRE', P .. 'blamers:' .. host, TTL)
    count = redis.call('HINCRBY', P .. 'blames', host, 1)
  end
  if count >= limit then
    reached[#reached + 1] = host
    redis.call('SADD', P .. 'banned', host)
    if keys[host] then
      redis.call('SREM', P .. 'keys', keys[host])
    end
  end
end
for _, key in ipairs({'blames', 'banned'}) do
  redis.call('PEXPIRE', P .. key, math.max(redis.call('PTTL', P .. 'task'), YOUNG))
end
return reached
