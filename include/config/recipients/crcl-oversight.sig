{
  "signatures": [
    {
      "approver": "example-one",
      "content": "8c85298a43769d207d78186da0b639685cdbbd19eae76b5ec40583ad7008ad2c",
      "signature": "dcif3g/HogteEmRBo4HKmZaRp9xpzMOqDETDHYPlIvz1/dcGQ6V74yeqGwDNmdmIV5eXADyOR6kGFJI5zQtqAA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "8c85298a43769d207d78186da0b639685cdbbd19eae76b5ec40583ad7008ad2c",
      "signature": "+LA6iDV3noN7BvXIbDHvAJApI4P8QDtShRT0C1J1KN1nDL/1bkfdj//1v+FzyvMqiuNa7AhhuhVAoDSQ9e0QCg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
