-- Argument 2: tasks of a host that fell silent, or delete it. Answers nothing for one that speaks.
if redis.call('EXISTS', P .. 'host') == 1 then
  return {'speaks'}
end
if ARGV[2] == 'delete' then
  redis.call('DEL', P .. 'tasks')
  return {'silent'}
end
-- Should it come back before its peers are gone, it is asked for everything.
redis.call('DEL', P .. 'held', P .. 'reported')
local answer = redis.call('SMEMBERS', P .. 'tasks')
table.insert(answer, 1, 'silent')
return answer
