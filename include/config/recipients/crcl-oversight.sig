{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9f1a67114d66f5228cc8bef6e058e884a09b74c34709fb203926a7f2300ff9a2",
      "signature": "t+gtjon4svZSn3igQphdN/DK/WwsieX0Jx4kWz6A1S4tfw6W/rQxa3/LttO2ALmCIFCzvj+OED1rkZHJIXuSCg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9f1a67114d66f5228cc8bef6e058e884a09b74c34709fb203926a7f2300ff9a2",
      "signature": "NhuWBrY8jCZsnORAe72drHiyw9Re+KBJfMNFavvKeakandXBGm5D2VloLrdYyxSufRzRXfLSIN58+nuMf5oOCg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
