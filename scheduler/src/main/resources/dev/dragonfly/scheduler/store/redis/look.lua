return look(3)
