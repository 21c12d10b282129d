// Decides whose objects in S3 are signals: new ones are told to the assess queue by EventBridge, and assess may read them, there and nowhere else (D-9).
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { mayReadObjects } from './grants.ts';
import { known } from './known.ts';

/** Objects of this bucket whose key begins so. The bucket tells EventBridge of them: its owner has to switch that on. */
export type ObjectPlace = { readonly bucket: string; readonly prefix: string };

export type ObjectDoorProps = {
  readonly name: string;
  readonly place: ObjectPlace;
  readonly assess: IQueue;
  readonly undelivered: IQueue;
  /** The role of the function that reads the queue. */
  readonly reader: IRole;
};

export const addObjectDoor = (scope: Construct, { name, place, assess, undelivered, reader }: ObjectDoorProps): void => {
  const { bucket, prefix } = place;
  const deadLetterQueue = known(scope, `Undelivered${name}`, undelivered);
  new Rule(scope, name, {
    description: 'Every new object there holds signals',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket] }, ...(prefix === '' ? {} : { object: { key: [{ prefix }] } }) },
    },
    targets: [new SqsQueue(assess, { deadLetterQueue })],
  });
  mayReadObjects(reader, place);
};
