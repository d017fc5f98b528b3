{
  "signatures": [
    {
      "approver": "example-one",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "ldn+dCDTd58SuEoEVq4lznmgs/pCKypIrBe26woDgh6+Eococjt1fvFZnWNO2RxQTLsm5YV6P5HgbUx+IQiwCQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "f0da86d92c564b4615808c34a3849fdb2579d1b6ce4a4b31435b455ab553d55d",
      "signature": "8+tlO7mYUuH+P/VVKqDpYMO6w2kgAq0OT4aSEHiv2BH+RMTOK4Uzwlzs3D9NXUIoDNCqpKVYPfv717hrLIUjAQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
