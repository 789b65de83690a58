exports.onExecutePostLogin = async () => {}
