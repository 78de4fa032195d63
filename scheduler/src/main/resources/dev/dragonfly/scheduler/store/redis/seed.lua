-- Arguments from 3: operation, epoch, milliseconds, host. Answers the epoch, 0 when it is not had.
local key = P .. 'seed'
local at = now()
local seed = redis.call('HMGET', key, 'state', 'until', 'epoch')
local ms = math.min(tonumber(ARGV[5]), LONGEST)
if ARGV[3] == 'acquire' then
  if seed[1] and seed[1] ~= 'idle' and lives(seed[2], at) then
    return 0
  end
  local epoch = next_epoch(seed[3], at)
  redis.call('HSET', key, 'state', 'run', 'until', at + ms, 'epoch', epoch, 'host', '')
  redis.call('PEXPIRE', key, ms + YOUNG)
  return tonumber(epoch)
end
if seed[3] ~= ARGV[4] or seed[1] ~= 'run' then
  return 0
end
if ARGV[3] == 'renew' then
  redis.call('HSET', key, 'until', at + ms, 'host', ARGV[6])
elseif ms > 0 then
  redis.call('HSET', key, 'state', 'none', 'until', at + ms, 'host', '')
else
  redis.call('HSET', key, 'state', 'idle', 'until', 0, 'host', '')
end
redis.call('PEXPIRE', key, ms + YOUNG)
if ARGV[3] ~= 'renew' then
  wake('seed')
end
return tonumber(seed[3])
