print("pod-agent")
