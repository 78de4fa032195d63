-- Arguments from 3: peer, epoch of its slot, host, key of the host, now ms, 8 to 11 as in put_facts.
-- Answers 0 taken, 1 contradicted, 2 no slot.
local pid, host, at = ARGV[3], ARGV[5], now()
if not lives(redis.call('ZSCORE', P .. 'slots', pid), at)
  or redis.call('HGET', P .. 'epochs', pid) ~= ARGV[4] then
  return 2
end
local names = {'clen', 'plen', 'ver'}

local function others_hold()
  for _, class in ipairs({'full', 'part'}) do
    -- One of each host is there, so a few are enough to find another's.
    for _, other in ipairs(redis.call('HRANDFIELD', P .. class, 32)) do
      if lives(redis.call('ZSCORE', P .. 'lease', other), at)
        and redis.call('HGET', P .. 'peer:' .. other, 'host') ~= host then
        return true
      end
    end
  end
  return false
end

local old = redis.call('HMGET', P .. 'task', unpack(names))
for i = 1, #names do
  local told = ARGV[8 + i]
  if old[i] and told ~= '' and told ~= old[i] then
    if others_hold() then
      return 1
    end
    -- Nobody is left who could mix the two: what belongs to the former state goes with it.
    redis.call('HDEL', P .. 'task', 'facts', unpack(names))
    redis.call('DEL', P .. 'keys', P .. 'pieces')
    old = {}
    break
  end
end
local more, less = false, false
for i = 1, #names do
  more = more or (not old[i] and ARGV[8 + i] ~= '')
  less = less or (old[i] and ARGV[8 + i] == '')
end
if more and not less then
  put_facts(8, ARGV[7])
end
add_key(host, ARGV[6])
settle()
return 0
