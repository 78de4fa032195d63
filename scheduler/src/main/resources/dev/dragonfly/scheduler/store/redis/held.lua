-- Arguments from 2: operation, fingerprint, time to live ms, greatest age ms.
local key = P .. 'held'
if ARGV[2] == 'remember' then
  redis.call('HSET', key, 'print', ARGV[3], 'at', now())
  redis.call('PEXPIRE', key, ARGV[4])
  return 1
end
local held = redis.call('HMGET', key, 'print', 'at')
if held[1] ~= ARGV[3] or now() - tonumber(held[2]) > tonumber(ARGV[5]) then
  return 0
end
redis.call('PEXPIRE', key, ARGV[4])
return 1
