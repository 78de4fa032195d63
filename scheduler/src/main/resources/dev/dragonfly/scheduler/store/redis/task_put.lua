-- Arguments from 2: now ms, time to live ms, from source 0|1, kind, url, digest, tag, application,
-- filtered parameters, explicit piece length, content for id, blob id 0|1, content length, piece
-- length, header, then reader keys. Empty text means absent.
local key = P .. 'task'
local fromSource = ARGV[4] == '1'
local identity = {'kind', 'url', 'digest', 'tag', 'app', 'params', 'explicit', 'content', 'blob'}
local facts = {'clen', 'plen', 'header'}
redis.call('HSETNX', key, 'created', ARGV[2])
redis.call('HSET', key, 'updated', ARGV[2])
for i, name in ipairs(identity) do
  local value = ARGV[4 + i]
  if value ~= '' then
    if name == 'url' then
      redis.call('HSET', key, name, value)
    else
      redis.call('HSETNX', key, name, value)
    end
  end
end
local learnt = false
for i, name in ipairs(facts) do
  local value = ARGV[13 + i]
  if value ~= '' then
    local old = redis.call('HGET', key, name)
    if not old or (fromSource and old ~= value) then
      redis.call('HSET', key, name, value)
      learnt = true
    end
  end
end
for i = 17, #ARGV do
  if redis.call('SADD', P .. 'keys', ARGV[i]) == 1 then
    learnt = true
  end
end
redis.call('PEXPIRE', key, ARGV[3])
redis.call('PEXPIRE', P .. 'keys', ARGV[3])
if learnt then
  wake('facts')
end
return 1
