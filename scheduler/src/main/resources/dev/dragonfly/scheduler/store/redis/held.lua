-- Arguments from 2: operation, then
-- remember: fingerprint, time to live ms
-- confirm: fingerprint, time to live ms, greatest age ms
-- report: number of the batch, 1 for the last, tasks
local key, reported = P .. 'held', P .. 'reported'
if ARGV[2] == 'remember' then
  redis.call('HSET', key, 'print', ARGV[3], 'at', now())
  redis.call('PEXPIRE', key, ARGV[4])
  return {1}
end
if ARGV[2] == 'confirm' then
  local held = redis.call('HMGET', key, 'print', 'at')
  if held[1] == ARGV[3] and now() - tonumber(held[2]) <= tonumber(ARGV[5]) then
    redis.call('PEXPIRE', key, ARGV[4])
    return {1}
  end
  -- What comes now is a report of everything.
  redis.call('DEL', key, reported)
  redis.call('HSET', key, 'asked', now(), 'next', 0)
  redis.call('PEXPIRE', key, YOUNG)
  return {0}
end
local held = redis.call('HMGET', key, 'asked', 'next')
if not held[1] then
  return {}
end
if ARGV[3] == '0' then
  redis.call('DEL', reported)
elseif held[2] ~= ARGV[3] then
  redis.call('DEL', key, reported)
  return {}
end
for i = 5, #ARGV do
  redis.call('SADD', reported, ARGV[i])
end
redis.call('HSET', key, 'next', tonumber(ARGV[3]) + 1)
redis.call('PEXPIRE', key, YOUNG)
redis.call('PEXPIRE', reported, YOUNG)
if ARGV[4] ~= '1' then
  return {}
end
local answer = redis.call('SDIFF', P .. 'tasks', reported)
table.insert(answer, 1, held[1])
redis.call('DEL', key, reported)
return answer
