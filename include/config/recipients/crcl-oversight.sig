{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9f1a67114d66f5228cc8bef6e058e884a09b74c34709fb203926a7f2300ff9a2",
      "signature": "31u+uYsPjqGy6MJyWXIxLuegottvv6sAE4Zru5aGUwdo/HFihXMi0HCR+1PCqO7sm34K0F8iBAil6sHFoL13Cw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9f1a67114d66f5228cc8bef6e058e884a09b74c34709fb203926a7f2300ff9a2",
      "signature": "nHzhSZJJ5dYqtQqGsF6iMj6kFCYnHktPRghzPngyVEp4BYhGYecokur0VKSR1zc8WmzFceZOOYddRYP8mLOGDQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
