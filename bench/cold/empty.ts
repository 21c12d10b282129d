// The least function: what a start costs without any of ours.
export const handler = async (): Promise<void> => undefined;
