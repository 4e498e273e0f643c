// What the function works with, the same for both.
export interface Charge {
  readonly id: string;
  readonly amount: number;
}

export const payments: Charge[] = [];

export async function charge(amount: number): Promise<Charge> {
  return { id: `ch_${amount}`, amount };
}

export const receipts = {
  send: async (chargeId: string, email: string): Promise<string> => `receipt for ${chargeId} to ${email}`,
  file: async (chargeId: string): Promise<string> => `copy of ${chargeId}`,
};
