-- Arguments from 2: operation, then what it needs.
local at = now()
if ARGV[2] == 'put' then
  redis.call('ZADD', P .. 'all', at + ARGV[4], ARGV[3])
  if ARGV[5] == '1' then
    redis.call('ZADD', P .. 'seeds', at + ARGV[4], ARGV[3])
  else
    redis.call('ZREM', P .. 'seeds', ARGV[3])
  end
  return {}
end
if ARGV[2] == 'live' then
  return redis.call('ZRANGEBYSCORE', P .. ARGV[3], '(' .. at, '+inf')
end
if ARGV[2] == 'count' then
  return {redis.call('ZCOUNT', P .. 'all', '(' .. at, '+inf')}
end
if ARGV[2] == 'expired' then
  return redis.call('ZRANGEBYSCORE', P .. 'all', '-inf', at, 'LIMIT', 0, ARGV[3])
end
if ARGV[2] == 'delete-silent' and tonumber(redis.call('ZSCORE', P .. 'all', ARGV[3]) or 0) > at then
  return {0}
end
redis.call('ZREM', P .. 'seeds', ARGV[3])
return {redis.call('ZREM', P .. 'all', ARGV[3])}
