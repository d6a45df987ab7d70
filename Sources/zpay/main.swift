import Commands

Zpay.runAndExit()
