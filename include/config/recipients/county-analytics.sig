{
  "signatures": [
    {
      "approver": "example-one",
      "content": "97def38f31e84d783a7bb0e3ff57203896456b3ed80e0a73ebaeb348be433e55",
      "signature": "dmz88QXeoSYrQhuZIC66C+Fhq+cEI9XSQOJyAZqpXT1G6XNsoigDz0KFh9fi1813r5GnOVNFM8bma1KvlmDgDg==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "97def38f31e84d783a7bb0e3ff57203896456b3ed80e0a73ebaeb348be433e55",
      "signature": "VpXcVZQbny5VIiwCuGP3f0GDAYmWvme3SalQgpFom6SMaywFUme3epQMS38LpQffO4tNJ/6uswG8xEqGnh5jBA==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "recipients/county-analytics"
}
