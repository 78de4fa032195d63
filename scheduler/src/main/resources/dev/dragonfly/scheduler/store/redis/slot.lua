-- Arguments from 3: operation, peer, limit, milliseconds. Answers the epoch of the slot, 0 for none.
local key, epochs = P .. 'slots', P .. 'epochs'
local at = now()
if ARGV[3] == 'release' then
  redis.call('HDEL', epochs, ARGV[4])
  if redis.call('ZREM', key, ARGV[4]) == 1 then
    wake('slot')
  end
  return 0
end
if redis.call('HGET', P .. 'peer:' .. ARGV[4], 'owner') == GONE then
  return 0
end
local lapsed = redis.call('ZRANGEBYSCORE', key, '-inf', at)
for _, pid in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. (at + LONGEST), '+inf')) do
  lapsed[#lapsed + 1] = pid
end
for _, pid in ipairs(lapsed) do
  redis.call('ZREM', key, pid)
  redis.call('HDEL', epochs, pid)
end
local epoch = redis.call('HGET', epochs, ARGV[4])
if not epoch then
  if redis.call('ZCARD', key) >= tonumber(ARGV[5]) then
    return 0
  end
  epoch = next_epoch(redis.call('HGET', epochs, ''), at)
  -- The field without a name holds the last one given, for two claims within a millisecond.
  redis.call('HSET', epochs, ARGV[4], epoch, '', epoch)
end
local ms = math.min(tonumber(ARGV[6]), LONGEST)
redis.call('ZADD', key, at + ms, ARGV[4])
redis.call('PEXPIRE', key, LONGEST)
redis.call('PEXPIRE', epochs, LONGEST)
return tonumber(epoch)
