local class = ARGV[7]
if class == '' then
  drop_edges(ARGV[2])
end
return put_peer(class, ARGV[8])
