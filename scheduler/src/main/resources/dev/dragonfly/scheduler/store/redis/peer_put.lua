return put_peer()
