-- Arguments from 3: number and form of a piece, again and again.
local key = P .. 'pieces'
for i = 3, #ARGV, 2 do
  if redis.call('HLEN', key) < MOST_NOTED then
    redis.call('HSET', key, ARGV[i], ARGV[i + 1])
  end
end
settle()
return 1
