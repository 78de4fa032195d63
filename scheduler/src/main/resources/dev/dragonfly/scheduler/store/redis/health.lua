-- A write, because a server that is full or a replica still answers reads.
redis.call('SET', P .. 'health', now(), 'PX', 60000)
return 1
