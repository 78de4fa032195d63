-- Arguments from 2: operation, epoch, milliseconds, host.
local key = P .. 'seed'
local at = now()
local seed = redis.call('HMGET', key, 'state', 'until', 'epoch')
local epoch = tonumber(seed[3] or '0')
local ms = tonumber(ARGV[4])
if ARGV[2] == 'acquire' then
  if seed[1] and seed[1] ~= 'idle' and tonumber(seed[2]) > at then
    return 0
  end
  redis.call('HSET', key, 'state', 'run', 'until', at + ms, 'epoch', epoch + 1, 'host', '')
  redis.call('PEXPIRE', key, ms + SWEEP_AFTER)
  return epoch + 1
end
if epoch ~= tonumber(ARGV[3]) or seed[1] ~= 'run' then
  return 0
end
if ARGV[2] == 'renew' then
  redis.call('HSET', key, 'until', at + ms, 'host', ARGV[5])
  redis.call('PEXPIRE', key, ms + SWEEP_AFTER)
  return epoch
end
if ms > 0 then
  redis.call('HSET', key, 'state', 'none', 'until', at + ms, 'host', '')
else
  redis.call('HSET', key, 'state', 'idle', 'until', 0, 'host', '')
end
redis.call('PEXPIRE', key, ms + SWEEP_AFTER)
wake('seed')
return epoch
