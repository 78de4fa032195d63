-- Arguments 3 and 4 as in put_task, 5 to 8 as in put_facts.
put_task(3)
heal(5, ARGV[4])
settle()
return 1
