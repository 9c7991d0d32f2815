print("pod-sandbox")
