-- Arguments from 3: what is dropped, id of a peer or host, and a time in ms.
-- peer: that one. host: all of the host. unreported: those of the host for which no stream speaks and
-- which were not written since. Answers how many of the host are left.
if ARGV[3] == 'peer' then
  local peer, key = known_peer(ARGV[4], now()), P .. 'peer:' .. ARGV[4]
  local left = redis.call('PTTL', key)
  drop_peer(peer.id)
  if peer.open then
    -- Its stream goes on and would write it again: it is remembered that the peer is gone for as long as the
    -- peer would have been remembered without another word, so this costs no more than the peer did.
    redis.call('HSET', key, 'host', peer.host, 'owner', GONE)
    redis.call('PEXPIRE', key, left)
  end
  settle()
  return 0
end
local left = 0
for _, peer in ipairs(peers_on(ARGV[4], now())) do
  if ARGV[3] == 'unreported' and (peer.streams or peer.put > tonumber(ARGV[5])) then
    left = left + 1
  else
    drop_peer(peer.id)
  end
end
if left == 0 then
  redis.call('DEL', P .. 'on:' .. ARGV[4])
end
settle()
return left
