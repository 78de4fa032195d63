-- Arguments from 2: parent, reporting host, time to live ms.
local key = P .. 'blamers:' .. ARGV[2]
if redis.call('SADD', key, ARGV[3]) == 1 then
  redis.call('PEXPIRE', key, ARGV[4])
  redis.call('PEXPIRE', P .. 'blames', ARGV[4])
  return redis.call('HINCRBY', P .. 'blames', ARGV[2], 1)
end
return tonumber(redis.call('HGET', P .. 'blames', ARGV[2]) or '1')
