/**
 * Loads a package that not every installation has.
 *
 * @param version what `npm install` should bring
 * @throws Error with the command that installs it, when it is not there
 */
export async function loadOptional<Module>(
  name: string,
  version: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!missing) throw error;
    throw new Error(`SMS_URL needs the package ${name}, which is not installed: npm install ${name}@${version}`);
  }
}
