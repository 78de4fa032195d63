-- Arguments from 2: value, address, time to live ms, time to live of the list of tasks ms.
local key = P .. 'host'
local old = redis.call('HGET', key, 'addr')
if old and old ~= ARGV[3] then
  redis.call('DEL', P .. 'held')
end
redis.call('HSET', key, 'value', ARGV[2], 'addr', ARGV[3])
redis.call('PEXPIRE', key, ARGV[4])
redis.call('PEXPIRE', P .. 'tasks', ARGV[5])
return 1
