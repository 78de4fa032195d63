-- Arguments from 2: operation, peer, limit, milliseconds.
local key = P .. 'b2s'
local at = now()
if ARGV[2] == 'release' then
  if redis.call('ZREM', key, ARGV[3]) == 1 then
    wake('slot')
  end
  return 1
end
redis.call('ZREMRANGEBYSCORE', key, '-inf', at)
if not redis.call('ZSCORE', key, ARGV[3]) and redis.call('ZCARD', key) >= tonumber(ARGV[4]) then
  return 0
end
redis.call('ZADD', key, at + ARGV[5], ARGV[3])
redis.call('PEXPIRE', key, ARGV[5] + SWEEP_AFTER)
return 1
