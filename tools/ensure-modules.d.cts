/** Installs the modules of the package in `folder` from its lockfile when they are missing or the lockfile has changed. */
export function ensureModules(folder: string, message: string): void
