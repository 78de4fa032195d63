-- Arguments from 2: parent, reporting host, time to live ms.
local key = P .. 'blames:' .. ARGV[2]
redis.call('SADD', key, ARGV[3])
redis.call('PEXPIRE', key, ARGV[4])
return redis.call('SCARD', key)
