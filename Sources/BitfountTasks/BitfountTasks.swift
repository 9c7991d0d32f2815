// BitfountTasks
