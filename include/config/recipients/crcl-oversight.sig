{
  "signatures": [
    {
      "approver": "example-one",
      "content": "84b455a8e50f8c33ff73065d40d56786362d4d982ea40512bb190d2c6d185334",
      "signature": "gbWUUy45kra2Vbet/CwBUHdHqcPp8o5ZdF8r0NTzghJSQIsVrXYUZzS3f+gTB0AjTQj/P1R2f92A/1S0phzqAw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "84b455a8e50f8c33ff73065d40d56786362d4d982ea40512bb190d2c6d185334",
      "signature": "CUUR5GfGF2S35x5Spr0Bz5Oc6i+GQEvzuwgAg8MVCFHFearDjix3h1O64B5fmZkiXSKpXo7LAWImTK9eeiT7Bg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
