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
  if not known[1] then
    redis.call('SADD', P .. 'on:' .. host, pid)
    redis.call('PEXPIRE', P .. 'on:' .. host, ttl)
  end
  if lease < 0 then
    redis.call('PEXPIRE', key, ttl)
  else
    redis.call('PEXPIRE', key, lease + SWEEP_AFTER)
  end
  local old = known[2] or ''
  if class == '' then
    if known[1] then
      unindex(pid)
    end
  else
    if old ~= class then
      for _, c in ipairs(CLASSES) do
        if c ~= class then
          redis.call('HDEL', P .. c, pid)
        end
      end
    end
    redis.call('HSET', P .. class, pid, entry)
    redis.call('ZADD', P .. 'lease', lease < 0 and FOREVER or at + lease, pid)
    if old == '' or (old == 'mesh' and class ~= 'mesh') then
      wake('peer')
    end
  end
  local left = redis.call('PTTL', P .. 'task')
  if left < ttl * 0.9 or (class ~= '' and redis.call('PTTL', P .. class) < 0) then
    for _, k in ipairs({'full', 'part', 'mesh', 'lease', 'out', 'edges', 'blames', 'task', 'keys', 'pieces'}) do
      redis.call('PEXPIRE', P .. k, ttl)
    end
  end
  return left > -2 and 0 or 1
end

local function drop_peer(pid)
  local host = redis.call('HGET', P .. 'peer:' .. pid, 'host')
  unindex(pid)
  drop_edges(pid)
  redis.call('DEL', P .. 'peer:' .. pid)
  redis.call('HDEL', P .. 'out', pid)
  redis.call('HDEL', P .. 'blames', pid)
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

-- Writes a task. Arguments from the offset on: now ms, time to live ms, from source 0|1, kind, url,
-- digest, tag, application, filtered parameters, explicit piece length, content for id, blob id 0|1,
-- content length, piece length, header, then reader keys. Empty text means absent.
local function put_task(offset)
  local key = P .. 'task'
  local at, ttl, fromSource = ARGV[offset], ARGV[offset + 1], ARGV[offset + 2] == '1'
  local names = {'kind', 'url', 'digest', 'tag', 'app', 'params', 'explicit', 'content', 'blob',
    'clen', 'plen', 'header'}
  local old = redis.call('HMGET', key, unpack(names))
  local fresh = {'updated', at}
  local learnt = false
  for i, name in ipairs(names) do
    local value = ARGV[offset + 2 + i]
    local replaces = name == 'url' or (fromSource and i > 9)
    if value ~= '' and (not old[i] or (replaces and old[i] ~= value)) then
      fresh[#fresh + 1] = name
      fresh[#fresh + 1] = value
      learnt = learnt or i > 9
    end
  end
  if not old[2] then
    fresh[#fresh + 1] = 'created'
    fresh[#fresh + 1] = at
  end
  redis.call('HSET', key, unpack(fresh))
  for i = offset + 15, #ARGV do
    if redis.call('SADD', P .. 'keys', ARGV[i]) == 1 then
      learnt = true
    end
  end
  if learnt or not old[2] then
    redis.call('PEXPIRE', key, ttl)
    redis.call('PEXPIRE', P .. 'keys', ttl)
  end
  if learnt then
    wake('facts')
  end
  return 1
end

-- Reads what a decision needs. Arguments from the offset on: sample sizes for full, part, mesh.
local function look(offset)
  local at = now()
  local pids, entries, classes = {}, {}, {}
  for i, class in ipairs(CLASSES) do
    local found = redis.call('HRANDFIELD', P .. class, ARGV[offset + i - 1], 'WITHVALUES')
    for j = 1, #found, 2 do
      pids[#pids + 1] = found[j]
      entries[#entries + 1] = found[j + 1]
      classes[#classes + 1] = class
    end
  end
  local candidates = {}
  if #pids > 0 then
    local leases = redis.call('ZMSCORE', P .. 'lease', unpack(pids))
    local children = redis.call('HMGET', P .. 'out', unpack(pids))
    local blames = redis.call('HMGET', P .. 'blames', unpack(pids))
    for i, pid in ipairs(pids) do
      local lease = tonumber(leases[i] or 0)
      if lease > at then
        local n = #candidates
        candidates[n + 1] = pid
        candidates[n + 2] = entries[i]
        candidates[n + 3] = classes[i]
        candidates[n + 4] = children[i] or '0'
        candidates[n + 5] = blames[i] or '0'
      elseif lease + SWEEP_AFTER < at then
        unindex(pid)
      end
    end
  end
  local readers = redis.call('ZRANGEBYSCORE', P .. 'b2s', '(' .. at, '+inf')
  local seed = redis.call('HMGET', P .. 'seed', 'state', 'until', 'host')
  local status = 'idle'
  if seed[1] and tonumber(seed[2]) > at then
    status = seed[1]
  end
  return {
    redis.call('HGETALL', P .. 'task'),
    redis.call('SMEMBERS', P .. 'keys'),
    candidates,
    readers,
    {status, seed[3] or ''},
    redis.call('HLEN', P .. 'full') + redis.call('HLEN', P .. 'part') + redis.call('HLEN', P .. 'mesh')
  }
end
