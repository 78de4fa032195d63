-- Arguments from 3: peer, epoch of its slot, host, key of the host, now ms, 8 to 11 as in put_facts.
-- Answers 0 taken, 1 contradicted, 2 no slot.
local pid, host, at = ARGV[3], ARGV[5], now()
if not lives(redis.call('ZSCORE', P .. 'slots', pid), at)
  or redis.call('HGET', P .. 'epochs', pid) ~= ARGV[4] then
  return 2
end
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

local old = redis.call('HMGET', P .. 'task', 'clen', 'plen', 'ver', 'by')
if contradicts(8, old) then
  -- What was only told gives way to what was read, whoever holds something.
  if old[4] == 'read' and others_hold() then
    return 1
  end
  -- What belongs to the former state goes with it; peers that hold this one write themselves again.
  redis.call('HDEL', P .. 'task', 'facts', 'by', unpack(COMPARED))
  redis.call('DEL', P .. 'keys', P .. 'pieces', P .. 'full', P .. 'part', P .. 'mesh')
  old = {}
end
local more, less = false, false
for i = 1, #COMPARED do
  more = more or (not old[i] and ARGV[8 + i] ~= '')
  less = less or (old[i] and ARGV[8 + i] == '')
end
if (more or old[4] == 'told') and not less then
  put_facts(8, ARGV[7], 'read')
end
add_key(host, ARGV[6])
settle()
return 0
