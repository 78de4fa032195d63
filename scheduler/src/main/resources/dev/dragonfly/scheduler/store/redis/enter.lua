-- Arguments 3 to 15 as in put_peer, 16 and 17 as in put_task, 18 to 20 sample sizes.
put_task(16)
put_peer()
return look(18)
