return look(2)
