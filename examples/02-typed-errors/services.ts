import { Service2Error } from "./errors.ts";

/** Three services, as far as this example goes: the second is sometimes away. */
export const ask1 = async (): Promise<number> => 1;
export const ask2 = async (): Promise<number> => {
  if (answers.isService2Away) throw new Service2Error({ status: 503, message: "service 2 is away" });
  return answers.service2;
};
export const ask3 = async (): Promise<number> => 5;

export const answers = { isService2Away: false, service2: 2 };
