// PodSandbox
