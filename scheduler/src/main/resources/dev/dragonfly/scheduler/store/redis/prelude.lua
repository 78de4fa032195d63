-- Shared by all scripts. KEYS[1] names the slot; ARGV[1] is the prefix of all keys of the tag.
local P = ARGV[1]
local FOREVER = 9007199254740991
local CLASSES = {'full', 'part', 'mesh'}
-- A peer whose lease lapsed this long ago is swept from the indexes, in milliseconds.
local SWEEP_AFTER = 600000

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function wake(what)
  redis.call('PUBLISH', P .. 'news', what)
end

local function unindex(pid)
  for _, c in ipairs(CLASSES) do
    redis.call('HDEL', P .. c, pid)
  end
  redis.call('ZREM', P .. 'lease', pid)
end

local function drop_edges(child)
  local old = redis.call('HGET', P .. 'edges', child)
  if old then
    for parent in string.gmatch(old, '[^\n]+') do
      if redis.call('HINCRBY', P .. 'out', parent, -1) <= 0 then
        redis.call('HDEL', P .. 'out', parent)
      end
    end
    redis.call('HDEL', P .. 'edges', child)
  end
end

-- Writes a peer. Arguments from 2: peer, host, owner, mode, state, class, entry, bitmap, pieces,
-- lease ms (-1 for ever), priority, created ms, time to live of the task ms, updated ms.
-- mode: take, save, hold. Answers 0 done, 1 task missing, 2 superseded.
local function put_peer(class, entry)
  local pid, host, owner, mode = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
  local key = P .. 'peer:' .. pid
  local at = now()
  local known = redis.call('HMGET', key, 'owner', 'cls')
  if mode == 'save' and known[1] and known[1] ~= owner then
    return 2
  end
  if mode == 'hold' and known[1] and known[1] ~= owner then
    local lease = redis.call('ZSCORE', P .. 'lease', pid)
    if lease and tonumber(lease) > at and tonumber(lease) < FOREVER then
      return 2
    end
  end
  local ttl = tonumber(ARGV[14])
  local lease = tonumber(ARGV[11])
  redis.call('HSET', key, 'host', host, 'owner', owner, 'state', ARGV[6], 'cls', class,
    'entry', entry, 'bm', ARGV[9], 'prio', ARGV[12], 'created', ARGV[13], 'updated', ARGV[15])
  redis.call('SADD', P .. 'on:' .. host, pid)
  redis.call('PEXPIRE', P .. 'on:' .. host, ttl)
  if lease < 0 then
    redis.call('PEXPIRE', key, ttl)
  else
    redis.call('PEXPIRE', key, lease + SWEEP_AFTER)
  end
  local old = known[2] or ''
  if class == '' then
    unindex(pid)
  else
    for _, c in ipairs(CLASSES) do
      if c ~= class then
        redis.call('HDEL', P .. c, pid)
      end
    end
    redis.call('HSET', P .. class, pid, entry)
    redis.call('ZADD', P .. 'lease', lease < 0 and FOREVER or at + lease, pid)
    if old == '' or (old == 'mesh' and class ~= 'mesh') then
      wake('peer')
    end
  end
  if mode ~= 'save' or old ~= class then
    for _, k in ipairs({'full', 'part', 'mesh', 'lease', 'out', 'edges', 'blames', 'task', 'keys', 'pieces'}) do
      redis.call('PEXPIRE', P .. k, ttl)
    end
  end
  return redis.call('EXISTS', P .. 'task') == 1 and 0 or 1
end

local function drop_peer(pid)
  local host = redis.call('HGET', P .. 'peer:' .. pid, 'host')
  unindex(pid)
  drop_edges(pid)
  redis.call('DEL', P .. 'peer:' .. pid)
  redis.call('HDEL', P .. 'out', pid)
  redis.call('ZREM', P .. 'b2s', pid)
  if host then
    redis.call('SREM', P .. 'on:' .. host, pid)
  end
  -- A task that nobody holds is soon forgotten.
  if redis.call('EXISTS', P .. 'full', P .. 'part', P .. 'mesh') == 0 then
    redis.call('PEXPIRE', P .. 'task', SWEEP_AFTER)
    redis.call('PEXPIRE', P .. 'keys', SWEEP_AFTER)
    redis.call('PEXPIRE', P .. 'pieces', SWEEP_AFTER)
  end
end
