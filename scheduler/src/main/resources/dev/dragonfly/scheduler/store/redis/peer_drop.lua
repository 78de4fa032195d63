-- Argument 2: peer or host, argument 3 its id.
if ARGV[2] == 'peer' then
  drop_peer(ARGV[3])
  return 1
end
local peers = redis.call('SMEMBERS', P .. 'on:' .. ARGV[3])
for _, pid in ipairs(peers) do
  drop_peer(pid)
end
redis.call('DEL', P .. 'on:' .. ARGV[3])
return #peers
