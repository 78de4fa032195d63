-- Shared by all scripts. KEYS[1] names the slot; ARGV[1] is the prefix of all keys of the tag.
-- In scripts of tasks ARGV[2] is how long a task that somebody holds is remembered, in milliseconds.
local P, TTL = ARGV[1], tonumber(ARGV[2])
local FOREVER = 9007199254740991
local CLASSES = {'full', 'part', 'mesh'}
local RANK = {full = 1, part = 2, mesh = 3, [''] = 4}
-- The owner of peers for which no stream speaks.
local HOLDINGS = 'holdings'
-- The owner of what is left of a peer that was deleted while a stream spoke for it.
local GONE = 'gone'
-- What nobody is known to hold for good is remembered so long after the last word of a stream.
local YOUNG = 600000
-- No lease is longer: one that ends later was written before the clock of Redis was set back.
local LONGEST = 3600000
-- How long it is remembered whose parent a host was, for complaints at the end of a long download.
local FED_FOR = 86400000
-- Bounds of what one task can make this server keep.
local MOST_STREAMS, MOST_KEYS, MOST_BLAMED, MOST_NOTED = 8, 64, 256, 65536
local SWEPT_AT_ONCE = 16

local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function wake(what)
  redis.call('PUBLISH', P .. 'news', what)
end

-- Whether something that ends then is still there.
local function lives(ends, at)
  ends = tonumber(ends or 0)
  return ends > at and (ends >= FOREVER or ends <= at + LONGEST)
end

-- An epoch that never comes twice: it grows with the clock too, so it need not outlive its key.
local function next_epoch(last, at)
  return string.format('%.0f', math.max(tonumber(last or 0) + 1, at))
end

-- A task lives long where somebody holds it, minutes where streams come and go. Failed and invented
-- tasks are gone soon, and what a stream still needs it writes again within seconds.
local function settle()
  local held = redis.call('ZCOUNT', P .. 'lease', FOREVER, '+inf') > 0
  local life = held and TTL or math.min(TTL, YOUNG)
  local keys = {'task', 'lease', 'full', 'part', 'mesh', 'edges', 'out', 'pieces', 'keys', 'blames', 'banned'}
  local late = false
  for i = 1, 8 do
    local left = redis.call('PTTL', P .. keys[i])
    late = late or left == -1 or left > life or (left >= 0 and left < life * 0.9)
  end
  if late then
    for _, key in ipairs(keys) do
      redis.call('PEXPIRE', P .. key, life)
    end
  end
end

local function unindex(pid)
  for _, class in ipairs(CLASSES) do
    redis.call('HDEL', P .. class, pid)
  end
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

local function drop_peer(pid)
  local host = redis.call('HGET', P .. 'peer:' .. pid, 'host')
  unindex(pid)
  drop_edges(pid)
  redis.call('ZREM', P .. 'lease', pid)
  redis.call('DEL', P .. 'peer:' .. pid)
  redis.call('HDEL', P .. 'out', pid)
  redis.call('ZREM', P .. 'slots', pid)
  redis.call('HDEL', P .. 'epochs', pid)
  if host then
    redis.call('SREM', P .. 'on:' .. host, pid)
  end
end

-- What is known of a peer; open: whether a stream spoke for it that has not ended, streams: and that was
-- heard of in time.
local function known_peer(pid, at)
  local f = redis.call('HMGET', P .. 'peer:' .. pid, 'owner', 'state', 'ends', 'cls', 'idx', 'put',
    'host')
  local ends = tonumber(f[3] or 0)
  local open = f[1] and f[1] ~= HOLDINGS and f[2] ~= 'FAILED' and ends < FOREVER
  return {
    id = pid, host = f[7], owner = f[1], class = f[4] or '', index = f[5] or '', put = tonumber(f[6] or 0),
    forever = ends >= FOREVER, open = open, streams = open and lives(ends, at)
  }
end

local function peers_on(host, at, but)
  local found = {}
  for _, pid in ipairs(redis.call('SMEMBERS', P .. 'on:' .. host)) do
    if pid ~= but then
      found[#found + 1] = known_peer(pid, at)
    end
  end
  return found
end

-- Everything is claimed easily: where the number of pieces is known they have to be there.
local function checked(class, state, pieces)
  if class ~= 'full' or state == 'BACK_TO_SOURCE' then
    return class
  end
  local f = redis.call('HMGET', P .. 'task', 'clen', 'plen')
  if f[1] and f[2] and pieces < math.ceil(tonumber(f[1]) / tonumber(f[2])) then
    return pieces > 0 and 'part' or ''
  end
  return class
end

-- Others of the same host: those whose stream lives stay known, all else is dropped. One of a host
-- is in the indexes: the one with most, of equal ones the latest register.
-- Answers the class under which the peer is to be indexed, nothing when a better holder stands.
local function make_room(others, pid, class, mode, ended)
  local index = class
  for i, other in ipairs(others) do
    local better = RANK[other.class] < RANK[class]
    if i >= MOST_STREAMS then
      drop_peer(other.id)
    elseif not other.streams then
      if mode == 'save' and other.forever and better then
        if ended then
          return nil
        end
        index = ''
      else
        drop_peer(other.id)
      end
    elseif better or (mode ~= 'take' and other.index ~= '' and other.class == class) then
      index = ''
    elseif other.index ~= '' then
      unindex(other.id)
      redis.call('HSET', P .. 'peer:' .. other.id, 'idx', '')
    end
  end
  return index
end

-- Writes a peer. Arguments from 3: peer, host, owner, mode, state, class, entry, bitmap, pieces,
-- lease ms (-1 for ever), priority, created ms, updated ms.
-- mode: take for a register, save for its stream, hold for what a host reports.
-- Answers 0 done, 1 task missing, 2 superseded.
local function put_peer()
  local pid, host, owner, mode, state = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
  local key, at = P .. 'peer:' .. pid, now()
  local known = known_peer(pid, at)
  local others = peers_on(host, at, pid)
  -- Nobody speaks for a peer of another host.
  if known.host and known.host ~= host then
    return 2
  end
  if known.owner and known.owner ~= owner then
    if (mode == 'save' and known.owner ~= HOLDINGS) or (mode == 'hold' and known.streams) then
      return 2
    end
  end
  if mode == 'hold' then
    for _, other in ipairs(others) do
      if other.streams then
        return 2
      end
    end
  end
  local lease = tonumber(ARGV[12])
  local ended = lease < 0 or state == 'FAILED'
  local class = checked(ARGV[8], state, tonumber(ARGV[11]))
  local index = make_room(others, pid, class, mode, ended)
  if not index then
    drop_peer(pid)
    return 0
  end
  local ends = lease < 0 and FOREVER or at + math.min(lease, LONGEST)
  redis.call('HSET', key, 'host', host, 'owner', owner, 'state', state, 'cls', class, 'idx', index,
    'entry', ARGV[9], 'bm', ARGV[10], 'prio', ARGV[13], 'created', ARGV[14], 'updated', ARGV[15],
    'ends', ends, 'put', at)
  redis.call('PEXPIRE', key, lease < 0 and TTL or math.min(lease, LONGEST) + YOUNG)
  redis.call('SADD', P .. 'on:' .. host, pid)
  redis.call('PEXPIRE', P .. 'on:' .. host, lease < 0 and TTL or math.min(TTL, YOUNG + LONGEST))
  if index ~= known.index then
    unindex(pid)
  end
  if index ~= '' then
    redis.call('HSET', P .. index, pid, ARGV[9])
  end
  if state == 'FAILED' or (lease < 0 and index == '') then
    redis.call('ZREM', P .. 'lease', pid)
  else
    redis.call('ZADD', P .. 'lease', ends, pid)
  end
  -- Who has ended takes nothing from its parents any more, who registers has none yet.
  if ended or mode == 'take' then
    drop_edges(pid)
  end
  if index ~= '' and (known.index == '' or (known.index == 'mesh' and index ~= 'mesh')) then
    wake('peer')
  end
  settle()
  return redis.call('HEXISTS', P .. 'task', 'spec') == 1 and 0 or 1
end

-- Writes who the task is, once. Arguments from the offset on: identity, now ms.
local function put_task(offset)
  if redis.call('HSETNX', P .. 'task', 'spec', ARGV[offset]) == 1 then
    redis.call('HSETNX', P .. 'task', 'created', ARGV[offset + 1])
    redis.call('HSET', P .. 'task', 'updated', ARGV[offset + 1])
    settle()
  end
end

local COMPARED = {'clen', 'plen', 'ver'}

-- Facts of a content. Arguments from the offset on: all facts, then content length, piece length and
-- version of their own, empty for what is not told. by: read at the source, or only told.
local function put_facts(offset, at, by)
  local fields = {'updated', at, 'by', by, 'facts', ARGV[offset]}
  for i, name in ipairs(COMPARED) do
    if ARGV[offset + i] ~= '' then
      fields[#fields + 1] = name
      fields[#fields + 1] = ARGV[offset + i]
    end
  end
  redis.call('HSET', P .. 'task', unpack(fields))
  wake('facts')
end

-- Whether what is told cannot be true of the same content as what is known.
local function contradicts(offset, known)
  for i = 1, #COMPARED do
    if known[i] and ARGV[offset + i] ~= '' and known[i] ~= ARGV[offset + i] then
      return true
    end
  end
  return false
end

-- Facts from somebody who did not read the source here: only where nothing at all is known. That a
-- content is empty must be read at its source: everybody would be told at once that he is done.
local function heal(offset, at)
  local old = redis.call('HMGET', P .. 'task', unpack(COMPARED))
  local told = ARGV[offset + 1] ~= '' or ARGV[offset + 2] ~= ''
  if told and ARGV[offset + 1] ~= '0' and not old[1] and not old[2] and not old[3] then
    put_facts(offset, at, 'told')
  end
end

-- The key of a reader: one of each host. It outlives its host, because others hold what it signed;
-- when there are too many those of hosts without a peer here go first.
local function add_key(host, key)
  if key == '' or redis.call('SISMEMBER', P .. 'banned', host) == 1
    or redis.call('SISMEMBER', P .. 'keys', key .. host) == 1 then
    return
  end
  local full = redis.call('SCARD', P .. 'keys') >= MOST_KEYS
  for _, member in ipairs(redis.call('SMEMBERS', P .. 'keys')) do
    local owner = string.sub(member, 65)
    if owner == host or (full and redis.call('EXISTS', P .. 'on:' .. owner) == 0) then
      redis.call('SREM', P .. 'keys', member)
    end
  end
  if redis.call('SCARD', P .. 'keys') < MOST_KEYS then
    redis.call('SADD', P .. 'keys', key .. host)
    redis.call('PEXPIRE', P .. 'keys', math.max(redis.call('PTTL', P .. 'task'), YOUNG))
    wake('facts')
  end
end

-- Peers whose lease lapsed are no parents and take nothing from theirs. A stream that was only late
-- writes its peer again as a whole.
local function sweep(at)
  local lapsed = redis.call('ZRANGEBYSCORE', P .. 'lease', '-inf', at, 'LIMIT', 0, SWEPT_AT_ONCE)
  for _, pid in ipairs(lapsed) do
    drop_edges(pid)
    unindex(pid)
    redis.call('ZREM', P .. 'lease', pid)
    if redis.call('EXISTS', P .. 'peer:' .. pid) == 1 then
      redis.call('HSET', P .. 'peer:' .. pid, 'idx', '')
    end
  end
  if #lapsed > 0 then
    settle()
  end
end

-- Reads what a decision needs. Arguments from the offset on: sample sizes for full, part, mesh.
local function look(offset)
  local at = now()
  sweep(at)
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
    for i, pid in ipairs(pids) do
      if lives(leases[i], at) then
        local n = #candidates
        candidates[n + 1] = pid
        candidates[n + 2] = entries[i]
        candidates[n + 3] = classes[i]
        candidates[n + 4] = children[i] or '0'
      end
    end
  end
  local readers = redis.call('ZRANGEBYSCORE', P .. 'slots', '(' .. at, at + LONGEST)
  local seed = redis.call('HMGET', P .. 'seed', 'state', 'until', 'host')
  local status = 'idle'
  if seed[1] and lives(seed[2], at) then
    status = seed[1]
  end
  return {
    redis.call('HGETALL', P .. 'task'),
    redis.call('SMEMBERS', P .. 'keys'),
    candidates,
    readers,
    {status, seed[3] or ''},
    redis.call('HLEN', P .. 'full') + redis.call('HLEN', P .. 'part') + redis.call('HLEN', P .. 'mesh'),
    redis.call('HGETALL', P .. 'blames')
  }
end
