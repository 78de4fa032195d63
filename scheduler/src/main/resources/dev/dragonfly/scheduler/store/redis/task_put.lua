return put_task(2)
