-- Arguments 2 to 15 as in put_peer, 16 to 18 sample sizes, from 19 on as in put_task.
put_task(19)
if ARGV[7] == '' then
  drop_edges(ARGV[2])
end
put_peer(ARGV[7], ARGV[8])
return look(16)
